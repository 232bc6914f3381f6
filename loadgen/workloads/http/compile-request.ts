import type { WorkloadRequest } from '../../engine/types.ts'
import type { HttpRequest } from '../../experiment/http-schema.ts'
import { asIs, asJsonText, asPathSegment, compileTemplate, type TemplateContext } from './template.ts'

export type BuildRequest = (context: TemplateContext) => WorkloadRequest

/** @throws TemplateError for a placeholder that says nothing */
export function compileRequest({
  method = 'GET',
  path,
  headers = {},
  json,
  body,
}: HttpRequest): BuildRequest {
  const fillPath = compileTemplate(path, asPathSegment)
  const lines = Object.entries(headers).map(([name, value]) => ({ name, fill: compileTemplate(value, asIs) }))
  if (json !== undefined && !lines.some(({ name }) => name.toLowerCase() === 'content-type'))
    lines.push({ name: 'Content-Type', fill: () => 'application/json' })
  const fillBody =
    json !== undefined
      ? compileTemplate(writeJson(json), asJsonText)
      : body === undefined
        ? undefined
        : compileTemplate(body, asIs)
  return (context) => ({
    method,
    path: fillPath(context),
    ...(lines.length > 0 && {
      headers: lines.map(({ name, fill }) => `${name}: ${fill(context)}\r\n`).join(''),
    }),
    ...(fillBody && { body: fillBody(context) }),
  })
}

/**
 * A text that is one number placeholder and nothing else becomes a number: `"{{integer 1 5}}"` is `3`, not `"3"`. What
 * stands between the braces is no JSON: its quotes are taken back out of their escapes.
 */
function writeJson(json: unknown): string {
  return JSON.stringify(json)
    .replaceAll(/\{\{([^{}]*)\}\}/g, (_, inner: string) => `{{${JSON.parse(`"${inner}"`)}}}`)
    .replaceAll(/"(\{\{\s*(?:integer|sequence)\b[^"{}]*\}\})"/g, '$1')
}
