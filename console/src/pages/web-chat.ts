// Web chat is the one channel Muster serves itself, so the console may offer to try it.
export const webChatType = 'web-chat'
export const demoPage = (channelId: string) => `/chat/demo/${channelId}`

/** What the business puts into its own pages. */
export const embedCode = (channelId: string, origin: string) =>
  `<div data-muster-chat="${channelId}" style="height: 560px"></div>\n` +
  `<script type="module" src="${origin}/chat/chat.js"></script>`
