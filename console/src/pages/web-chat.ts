// Web chat is the one channel Muster serves itself, so the console may offer to try it.
export const webChatType = 'web-chat'
export const demoPage = (channelId: string) => `/chat/demo/${channelId}`
