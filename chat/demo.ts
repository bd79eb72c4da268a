import './demo.css'
import { mountChat } from './inline.ts'

// The page is served as /chat/demo/<channel id>.
const channelId = location.pathname.split('/').filter(Boolean).at(-1) ?? ''

mountChat(document.getElementById('chat')!, decodeURIComponent(channelId))
