import { Value } from 'typebox/value'
import { secretNames, type Connector } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { REDACTED } from '../contract/channels.ts'
import type { ChannelConfig } from '../record/secrets.ts'
import { fieldError } from './errors.ts'
import { faultsOf, invalidFields } from './validation.ts'

/** @throws {ApiError} naming `type` */
export function knownConnector(type: string): Connector {
  const connector = connectorOf(type)
  if (!connector) throw fieldError('type', 'is not the type of a connector; see /api/v1/connectors')
  return connector
}

/** Settings of a new channel: those given and, for the rest, those the connector makes up. */
export function newConfig(connector: Connector, given: ChannelConfig): { config: ChannelConfig; generatedSecrets: Record<string, string> } {
  const made: ChannelConfig = connector.defaults?.() ?? {}
  const config = { ...made, ...dropped(given, (name) => given[name] === null || given[name] === REDACTED) }
  checkConfig(connector, config)
  const generated = secretNames(connector).filter((name) => name in made && config[name] === made[name])
  return { config, generatedSecrets: Object.fromEntries(generated.map((name) => [name, String(config[name])])) }
}

/** Settings after a change: what is left out or redacted stays, null takes a setting away. */
export function changedConfig(connector: Connector, current: ChannelConfig, given: ChannelConfig): ChannelConfig {
  const merged = { ...current, ...dropped(given, (name) => given[name] === REDACTED && secretNames(connector).includes(name)) }
  const config = dropped(merged, (name) => merged[name] === null)
  checkConfig(connector, config)
  return config
}

/** Settings as the API shows them. Those of a connector that is gone are not shown: which are secret is not known any more. */
export function shownConfig(type: string, config: ChannelConfig): ChannelConfig {
  const connector = connectorOf(type)
  if (!connector) return {}
  return { ...config, ...Object.fromEntries(secretNames(connector).filter((name) => name in config).map((name) => [name, REDACTED])) }
}

function checkConfig(connector: Connector, config: ChannelConfig): void {
  const faults = faultsOf(connector.config, Value.Default(connector.config, config), 'config')
  if (faults.length > 0) throw invalidFields(faults)
}

const dropped = (config: ChannelConfig, drops: (name: string) => boolean): ChannelConfig =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !drops(name)))
