/** Of the library, which brings no types, what tests use. */
declare module '@xmpp/client' {
  interface Element {
    attrs: Record<string, string | undefined>
    is(name: string): boolean
    getChild(name: string, namespace?: string): Element | undefined
    getChildText(name: string): string | null
  }
  interface Client {
    start(): Promise<unknown>
    stop(): Promise<unknown>
    send(element: Element): Promise<void>
    /** @throws the error that is the answer, with its `condition`, or that none came in time (in milliseconds) */
    iqCaller: { request(stanza: Element, timeout: number): Promise<Element> }
    on(event: 'stanza', listener: (stanza: Element) => void): void
    on(event: 'error', listener: (error: Error) => void): void
  }
  export function client(options: { service: string; domain: string; username: string; password: string }): Client
  export function xml(name: string, attrs?: Record<string, string>, ...children: (Element | string)[]): Element
}
