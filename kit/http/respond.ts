import type { ServerResponse } from 'node:http'

/**
 * Writes a JSON answer in one go. `response.json` of Express computes an ETag, looks settings up and checks
 * freshness, which costs more than the rest of a small answer.
 */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** Writes an answer without a body. */
export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, emptyHeaders)
  response.end()
}

const emptyHeaders = { 'Content-Length': '0' }

/** Writes an answer whose JSON text is there already. */
export function sendJsonText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}
