import type { editor } from 'monaco-editor'

const NONE = '#ffffff00'
const RAISED = '#212a3b'

/** GraphiQL's theme for the dark, by its name, with comments and line numbers that stand out enough from it to be read. */
export const DARK_THEME = 'graphiql-DARK'
export const DARK_THEME_DATA: editor.IStandaloneThemeData = {
  base: 'vs-dark',
  inherit: true,
  rules: [
    { token: 'argument.identifier.gql', foreground: '#908aff' },
    { token: 'comment', foreground: '#93b98a' },
  ],
  colors: {
    'editor.background': NONE,
    'scrollbar.shadow': NONE,
    'editorLineNumber.foreground': '#9aa5b8',
    'editorHoverWidget.background': RAISED,
    'editorSuggestWidget.background': RAISED,
    'editorWidget.background': RAISED,
    'input.background': '#b7c2d711',
    'menu.background': RAISED,
    'quickInput.background': RAISED,
    'quickInputList.focusForeground': '#ffffff',
  },
}
