// The parts of GraphiQL's own style sheet but one: its text font, for which the reader's system has a good one already.
import '@graphiql/react/font/fira-code.css'
import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import 'graphiql/graphiql.css'
import './page.css'
import './sign-in-bar.css'
import './graphiql.css'
