import type { RenderError } from '@chairlift/kit/http/http-error.ts'

/** The error shape of the reference interface: `{"msg": "…"}`. */
export const renderAlbumsError: RenderError = (error) => ({
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify({ msg: error.message }),
})
