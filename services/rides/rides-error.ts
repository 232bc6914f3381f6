import type { RenderError } from '@chairlift/kit/http/http-error.ts'

/** The error shape of the reference interface: `{"message": "…"}`. */
export const renderRidesError: RenderError = (error) => ({
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify({ message: error.message }),
})
