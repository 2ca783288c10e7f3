import { type FormEvent, useRef, useState } from 'react'
import { type SignInRefusal, signIn } from './sign-in.ts'

/** Username and password, and the e-mail address as well for whoever is new. A refusal stands beside the field that it is about. */
export function SignInForm() {
  const [isNew, setIsNew] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<SignInRefusal | null>(null)
  const form = useRef<HTMLFormElement>(null)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    const typed = new FormData(form.current ?? undefined)
    const text = (name: string) => String(typed.get(name) ?? '')
    const credentials = { username: text('username'), password: text('password') }
    const refused = await signIn(isNew ? { ...credentials, email: text('email') } : credentials)
    setBusy(false)
    setRefusal(refused)
    if (refused) form.current?.querySelector<HTMLInputElement>(`[name=${refused.field ?? 'password'}]`)?.focus()
  }

  function change(toNew: boolean) {
    setIsNew(toNew)
    setRefusal(null)
    form.current?.querySelector<HTMLInputElement>('[name=username]')?.focus()
  }

  const named = ['username', 'password', ...(isNew ? ['email'] : [])].includes(refusal?.field ?? '')
  const general = refusal && !named ? refusal.message : ''
  const about = (field: string) => (refusal?.field === field ? refusal.message : '')
  return (
    <form ref={form} className={isNew ? 'sign-in is-new' : 'sign-in'} onSubmit={submit} aria-label={isNew ? 'Sign up' : 'Sign in'}>
      <div className="fields">
        <Field name="username" label="Username" autoComplete="username" refusal={about('username')} />
        {isNew && <Field name="email" label="E-mail" autoComplete="email" inputMode="email" refusal={about('email')} />}
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          refusal={about('password')}
        />
        <div className="buttons">
          <button type="submit" className="main" disabled={busy}>
            {isNew ? 'Sign up' : 'Sign in'}
          </button>
          <button type="button" className="quiet" onClick={() => change(!isNew)}>
            {isNew ? 'Sign in instead' : 'Sign up'}
          </button>
        </div>
      </div>
      <p role="alert" className="refusal">
        {general}
      </p>
    </form>
  )
}

interface FieldProps {
  name: string
  label: string
  autoComplete: string
  refusal: string
  type?: string
  inputMode?: 'email'
}

function Field({ name, label, refusal, type = 'text', ...input }: FieldProps) {
  const refusalId = `${name}-refusal`
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        required
        autoCapitalize="none"
        data-arrive={name === 'username' || undefined}
        spellCheck={false}
        aria-invalid={refusal !== ''}
        aria-describedby={refusalId}
        {...input}
      />
      <p id={refusalId} role="alert" className="refusal">
        {refusal}
      </p>
    </div>
  )
}
