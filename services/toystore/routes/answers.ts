import Type from 'typebox'

export const ProductReply = Type.Object({
  data: Type.Object({
    name: Type.String(),
    price: Type.Number({ minimum: 0 }),
    quantity: Type.Integer({ minimum: 0 }),
  }),
})

export const OrderCreatedReply = Type.Object({
  data: Type.Object({ order_number: Type.Integer({ minimum: 0 }) }),
})

export const OrderReply = Type.Object({
  data: Type.Object({
    number: Type.Integer({ minimum: 0 }),
    name: Type.String(),
    quantity: Type.Integer({ minimum: 1 }),
  }),
})

export const ErrorReply = Type.Object({
  error: Type.Object({
    code: Type.Integer({ description: 'Equal to the HTTP status.' }),
    message: Type.String(),
  }),
})

export const errorExample = { error: { code: 404, message: 'product not found' } }
