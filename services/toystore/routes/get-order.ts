import { HttpError } from '@chairlift/kit/http/http-error.ts'
import { sendJson } from '@chairlift/kit/http/respond.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import Type from 'typebox'
import { parseOrderNumber } from '../shop/requests.ts'
import type { Order } from '../shop/state-machine.ts'
import { OrderReply } from './answers.ts'

/** GET /orders/{order_number}: the same at the front end and at each replica. */
export function getOrder(read: (number: number) => Promise<Order | undefined>): Route {
  return {
    operationId: 'getOrder',
    method: 'get',
    path: '/orders/:order_number',
    tag: 'orders',
    summary: 'Read an order.',
    parameters: [
      {
        name: 'order_number',
        in: 'path',
        required: true,
        description: 'Number returned by createOrder.',
        schema: Type.Integer({ minimum: 0 }),
        example: 0,
      },
    ],
    answers: {
      200: {
        description: 'The order.',
        schema: OrderReply,
        example: { data: { number: 10, name: 'Tux', quantity: 1 } },
      },
    },
    async handle(request, response) {
      const order = await read(parseOrderNumber(request.params['order_number']))
      if (!order) throw new HttpError('not_found', 'order not found')
      const { number, name, quantity } = order
      sendJson(response, 200, { data: { number, name, quantity } })
    },
  }
}
