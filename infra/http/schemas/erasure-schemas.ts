import Type from 'typebox'
import { closed, ID_EXAMPLE, memoryId, namespace, optional } from './fields.ts'

const id = Type.String({ format: 'uuid', examples: [ID_EXAMPLE] })
const instant = Type.String({ format: 'date-time' })
const text = Type.String()

/** 202 of `mode: "erase"`. */
export const erasureBegunAnswer = Type.Object({
  receipt_id: id,
  status: Type.Unsafe<string>({ type: 'string', enum: ['pending'] }),
  accepted_at: instant,
  namespaces: Type.Array(text, { description: 'Namespaces that hold something of the subject.' }),
})

export const receiptStateAnswer = Type.Object({
  receipt_id: id,
  status: Type.Unsafe<string>({ type: 'string', enum: ['pending', 'complete'] }),
  requested_at: Type.Optional(instant),
  namespaces: Type.Optional(Type.Array(Type.Object({ namespace: text, memories: Type.Integer() }))),
  receipt: Type.Optional(
    Type.Unsafe<object>({
      type: 'object',
      description:
        'The signed receipt. Keep it as it is: scripts/verify-receipt.mjs checks it with the public key alone.',
    }),
  ),
})

const publicKey = {
  key_id: Type.String({ description: 'As in the signature of a receipt.' }),
  public_key: Type.String({ description: 'SubjectPublicKeyInfo as PEM.' }),
}

/** The key that signs now, and all keys whose receipts may be about. */
export const publicKeyAnswer = Type.Object({
  algorithm: text,
  ...publicKey,
  keys: Type.Array(Type.Object(publicKey), {
    description: 'This key and those that signed before it, newest first, as far as the operator keeps them published.',
  }),
})

export const receiptParams = closed({ id: memoryId('The `receipt_id` that the erasure was answered with.') })

export const subjectParams = closed({
  id: Type.String({ minLength: 1, maxLength: 256, description: 'The data subject: a `user_id`, or a `subject`.' }),
})

export const exportQuery = closed({ namespace: optional(namespace) })

export const exportAnswer = Type.Unsafe<object>({
  type: 'object',
  description:
    'JSON Lines: first `{"type":"export"}` with the subject, then one `{"type":"memory"}` for each memory, last ' +
    '`{"type":"end"}` with how many there were. Without the last line the export is not whole.',
})
