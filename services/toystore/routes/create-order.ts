import { randomUUID } from 'node:crypto'
import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import type { CatalogLink } from '../front/catalog-link.ts'
import type { OrderRouter } from '../front/order-router.ts'
import { readOrderBody } from '../front/read-body.ts'
import { OrderRequest, parseIdempotencyKey, parseOrderRequest } from '../shop/requests.ts'
import type { Refusal } from '../shop/state-machine.ts'
import { OrderCreatedReply } from './answers.ts'

/** POST /orders */
export function createOrder(orders: OrderRouter, catalog: CatalogLink, deadlineMs: number): Route {
  return {
    operationId: 'createOrder',
    method: 'post',
    path: '/orders',
    tag: 'orders',
    summary: 'Buy a toy.',
    description:
      'Succeeds only if the remaining quantity is at least the one asked for (else 404, "out of stock"). ' +
      'Order numbers are unique and count up from 0 without gaps.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description: 'A repeated key returns the first answer and buys nothing.',
        schema: Type.String({ pattern: '^[\\x21-\\x7e]{1,128}$' }),
      },
    ],
    body: {
      schema: OrderRequest,
      examples: { order: { name: 'Tux', quantity: 1 }, alias: { toyname: 'Tux', quantity: 2 } },
      alsoForm: true,
      read: readOrderBody,
    },
    answers: {
      200: {
        description: 'Order placed, and in the log.',
        schema: OrderCreatedReply,
        example: { data: { order_number: 10 } },
      },
    },
    errors: { 409: 'The Idempotency-Key was used for another order.' },
    async handle(request, response) {
      const { name, quantity } = parseOrderRequest(request.body)
      const given = parseIdempotencyKey(request.headers['idempotency-key'])
      // Without a key of the client, one of our own: a retry inside must not buy twice (TOY-D19). The prefixes
      // keep a client from hitting another one's.
      const key = given === undefined ? `front:${randomUUID()}` : `client:${given}`
      const { outcome, offset } = await orders.order({ key, name, quantity }, performance.now() + deadlineMs)
      if ('refused' in outcome && outcome.refused === 'product not found') throw refusalError(outcome.refused)
      await catalog.settled(offset)
      if ('refused' in outcome) throw refusalError(outcome.refused)
      sendJson(response, 200, { data: { order_number: outcome.number } })
    },
  }
}

function refusalError(refusal: Refusal): HttpError {
  return new HttpError(refusal === 'key used for another order' ? 'conflict' : 'not_found', refusal)
}
