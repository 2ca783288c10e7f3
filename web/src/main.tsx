import './monaco-workers.ts'
import './styles.ts'
import { createRoot } from 'react-dom/client'
import { Playground } from './playground.tsx'

const root = document.getElementById('playground')
if (root) createRoot(root).render(<Playground />)
