import { Type } from 'typebox'
import { MessageTemplate } from '../../contract/sessions.ts'
import { Strict } from '../../contract/common.ts'

// The form of template messages: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages#template-object

const text = Type.String({ minLength: 1, maxLength: 32_768 })
const media = Strict({
  id: Type.Optional(text),
  link: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
  filename: Type.Optional(Type.String({ minLength: 1, maxLength: 240 })),
}, { minProperties: 1 })
const named = { parameter_name: Type.Optional(Type.String({ pattern: '^[a-z0-9_]+$', maxLength: 100 })) }

const parameter = Type.Union([
  Strict({ type: Type.Literal('text'), text, ...named }),
  Strict({
    type: Type.Literal('currency'),
    currency: Strict({ fallback_value: text, code: Type.String({ pattern: '^[A-Z]{3}$' }), amount_1000: Type.Integer() }),
    ...named,
  }),
  Strict({ type: Type.Literal('date_time'), date_time: Strict({ fallback_value: text }), ...named }),
  Strict({ type: Type.Literal('image'), image: media }),
  Strict({ type: Type.Literal('video'), video: media }),
  Strict({ type: Type.Literal('document'), document: media }),
  Strict({
    type: Type.Literal('location'),
    location: Strict({
      latitude: Type.Union([Type.Number(), text]), longitude: Type.Union([Type.Number(), text]), name: Type.Optional(text), address: Type.Optional(text),
    }),
  }),
  Strict({ type: Type.Literal('payload'), payload: text }),
  Strict({ type: Type.Literal('coupon_code'), coupon_code: Type.String({ minLength: 1, maxLength: 20 }) }),
  Strict({ type: Type.Literal('action'), action: Type.Record(Type.String(), Type.Unknown()) }),
  Strict({ type: Type.Literal('limited_time_offer'), limited_time_offer: Strict({ expiration_time_ms: Type.Integer() }) }),
])
const parameters = Type.Array(parameter, { minItems: 1, maxItems: 100 })
const plain = Strict({ type: Type.Enum(['header', 'body', 'limited_time_offer']), parameters })
const button = Strict({
  type: Type.Literal('button'),
  sub_type: Type.Enum(['quick_reply', 'url', 'copy_code', 'flow', 'catalog', 'mpm', 'voice_call']),
  index: Type.Union([Type.Integer({ minimum: 0, maximum: 9 }), Type.String({ pattern: '^[0-9]$' })]),
  parameters: Type.Optional(parameters),
})
const card = Strict({ card_index: Type.Integer({ minimum: 0, maximum: 9 }), components: Type.Array(Type.Union([plain, button]), { maxItems: 10 }) })

/** What the Cloud API takes as a template; its approval, and how many gaps it has, Meta alone knows. */
export const template = Strict({
  ...MessageTemplate.properties,
  name: Type.String({ pattern: '^[a-z0-9_]{1,512}$' }),
  language: Type.String({ pattern: '^[a-z]{2,3}(_[A-Z]{2,3})?$' }),
  components: Type.Optional(Type.Array(Type.Union([
    plain, button, Strict({ type: Type.Literal('carousel'), cards: Type.Array(card, { minItems: 1, maxItems: 10 }) }),
  ]), { maxItems: 20 })),
})
