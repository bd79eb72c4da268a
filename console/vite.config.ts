import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

const api = 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react()],
  // The first browsers that know light-dark(); for older ones it would be rewritten into something that is not the same.
  build: { cssTarget: ['chrome123', 'firefox120', 'safari17.5'], outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1000 },
  server: { proxy: { '/api': api, '/chat': api, '/docs': api } },
})
