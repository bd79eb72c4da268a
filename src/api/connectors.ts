import { platformOf } from '../../simulator/platforms.ts'
import { registry } from '../connectors/registry.ts'
import { ConnectorInfo } from '../contract/channels.ts'
import { Page } from '../contract/common.ts'
import type { Api } from './app.ts'

/** The kinds of channel that can be added. They are few and part of the program, so there is one page of them. */
export function connectorRoutes(api: Api): void {
  const items = registry.map(({ connector, icon, setupNotes }) => ({
    type: connector.type,
    label: connector.label,
    messageType: connector.messageType,
    webhook: connector.webhook,
    massCreate: connector.traits.massCreate,
    takesNumbers: connector.keysOfPhone !== undefined,
    templates: connector.template !== undefined,
    tiers: connector.traits.tiers ?? false,
    canSimulate: platformOf(connector.type) !== undefined,
    icon,
    setupNotes,
    configSchema: connector.config,
    generated: Object.keys(connector.defaults?.() ?? {}),
  }))

  api.get('/connectors', {
    config: { access: { role: 'viewer', scope: 'channels:read' } },
    schema: { tags: ['channels'], summary: 'List the kinds of channel that can be added', response: { 200: Page(ConnectorInfo) } },
  }, () => ({ items, nextCursor: null }))
}
