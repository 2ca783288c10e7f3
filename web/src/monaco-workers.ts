import type { Environment } from 'monaco-editor'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker'
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker'
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker'

/** The editor asks for its workers by language. They are files of our own origin; none is made from a blob. */
const environment: Environment = {
  getWorker(_workerId, language) {
    if (language === 'json') return new JsonWorker()
    if (language === 'graphql') return new GraphQLWorker()
    return new EditorWorker()
  },
}
Object.assign(globalThis, { MonacoEnvironment: environment })
