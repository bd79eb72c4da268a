import { defineConfig } from 'vite'

const api = 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/chat/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The first browsers that know light-dark(); for older ones it would be rewritten into something that is not the same.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rollupOptions: {
      input: { demo: `${import.meta.dirname}/demo.html`, chat: `${import.meta.dirname}/chat.ts` },
      // The code in other people's pages names this file, so its name never changes.
      output: { entryFileNames: ({ name }) => (name === 'chat' ? 'chat.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/chat/v1': api } },
})
