import { fromString, fromUUID, toUUID } from 'typeid-js'
import { Id } from './contract/common.ts'

export const OperatorId = Id('op', 'Id of an operator')
export const ApiKeyId = Id('key', 'Id of an API key')

/** What the ids on the wire begin with. */
export type Prefix = 'ch' | 'mu' | 'ms' | 'msg' | 'att' | 'se' | 'ce' | 'cr' | 'in' | 'ac' | 'ln' | 'lr' | 'ls' | 'er' | 'mg' | 'rj' | 'op' | 'key' | 'sim' | 'imp'

/** A stored UUID as the wire shows it, e.g. `mu_01jd…`. */
export const toTypeId = (prefix: Prefix, uuid: string): string => fromUUID(uuid, prefix)

/** The UUID of an id from the wire, whose form the route's schema has checked. */
export const toUuid = (typeId: string): string => toUUID(fromString(typeId))
