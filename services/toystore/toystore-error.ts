import type { RenderError } from '@chairlift/kit/http/http-error.ts'

/** The error shape of the reference interface: `{"error":{"code":404,"message":"…"}}`. */
export const renderToystoreError: RenderError = (error) => ({
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify({ error: { code: error.status, message: error.message } }),
})
