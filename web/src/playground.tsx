import type { Fetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import type { ExecutionResult } from 'graphql'
import { ActiveTabInSight } from './active-tab-in-sight.tsx'
import { AnswerHint } from './answer-hint.tsx'
import { EditorSettings } from './editor-settings.tsx'
import { ExampleMenu } from './example-menu.tsx'
import { EXAMPLES, layOutExamples } from './examples.ts'
import { FillVariables } from './fill-variables.tsx'
import { ForgetAnswers } from './forget-answers.tsx'
import { listenAsViewer } from './listen-as-viewer.ts'
import { operationIn } from './operation-in.ts'
import { renewAhead } from './renew-ahead.ts'
import { adoptSession, sendAsViewer } from './send-as-viewer.ts'
import { SignInBar } from './sign-in-bar.tsx'
import { StopWithTab } from './stop-with-tab.tsx'
import { TabTitles } from './tab-titles.tsx'

layOutExamples()
renewAhead()

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
          <FillVariables />
          <StopWithTab />
          <ForgetAnswers />
        </GraphiQL>
      </main>
    </>
  )
}

const fetcher: Fetcher = async (asked, options) => {
  const operation = operationIn(asked)
  const request = operation ? { ...asked, operationName: operation.name?.value ?? null } : asked
  // GraphiQL shows the answers of an iterable one after the other, and ends it by its stop button.
  if (operation?.operation === 'subscription') return listenAsViewer(request, options?.headers) as AsyncIterable<ExecutionResult>
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
