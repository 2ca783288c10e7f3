// Runs in the browser, on the page of the REST reference.
const dark = matchMedia('(prefers-color-scheme: dark)')
// Swagger UI has a dark side, and waits to be told of it.
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
follow()
dark.addEventListener('change', follow)

window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
})
