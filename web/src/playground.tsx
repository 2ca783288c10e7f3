import type { Fetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import type { ExecutionResult } from 'graphql'
import { ActiveTabInSight } from './active-tab-in-sight.tsx'
import { AnswerHint } from './answer-hint.tsx'
import { EditorSettings } from './editor-settings.tsx'
import { ExampleMenu } from './example-menu.tsx'
import { EXAMPLES, layOutExamples } from './examples.ts'
import { ForgetAnswers } from './forget-answers.tsx'
import { adoptSession, sendAsViewer } from './send-as-viewer.ts'
import { SignInBar } from './sign-in-bar.tsx'
import { TabTitles } from './tab-titles.tsx'

layOutExamples()

/** The page: who is signed in, and below it GraphiQL on the server that the page came from. */
export function Playground() {
  return (
    <>
      <SignInBar />
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={EXAMPLES.map(({ query }) => ({ query }))}
          defaultEditorToolsVisibility={false}
          shouldPersistHeaders={false}
        >
          <GraphiQL.Logo>
            <ExampleMenu />
          </GraphiQL.Logo>
          <GraphiQL.Footer>
            <AnswerHint />
          </GraphiQL.Footer>
          <TabTitles />
          <EditorSettings />
          <ActiveTabInSight />
          <ForgetAnswers />
        </GraphiQL>
      </main>
    </>
  )
}

const fetcher: Fetcher = async (request, options) => {
  try {
    const answer = await sendAsViewer(request, options?.headers)
    void adoptSession(answer).catch(() => undefined)
    return asResult(answer)
  } catch (error) {
    // GraphiQL would show an error that is thrown with its stack.
    return asResult({ errors: [{ message: (error as Error).message }] })
  }
}

// GraphiQL shows what came as JSON; its types ask for errors as the server has them.
function asResult(answer: object): ExecutionResult {
  return answer as ExecutionResult
}
