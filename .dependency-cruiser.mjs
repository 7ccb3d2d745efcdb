/** Which room may know which. Arrows run one way: main → commands → app → server → graphql → auth, live → kairos. */

const room = (name) => `^src/${name}/`
const others = (...names) => `^src/(?!(${names.join('|')})(/|\\.ts$))`

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea in two places, or two ideas in one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'calendar-is-pure',
      comment:
        'Time is arithmetic: it knows no Redis, no input and no other room, so that its laws can be tested alone.',
      severity: 'error',
      from: { path: '^src/kairos/calendar/' },
      to: { path: '^src/(?!kairos/calendar/)|node_modules/(?!temporal)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'kinds-are-pure',
      comment: 'What a type keeps does not depend on where or when it is kept.',
      severity: 'error',
      from: { path: '^src/kairos/kinds/' },
      to: { path: '^src/(?!kairos/kinds/)|node_modules' },
    },
    {
      name: 'config-knows-time-alone',
      comment:
        'A configuration is data. It may ask the calendar whether a step can be read, and no other room anything.',
      severity: 'error',
      from: { path: room('config') },
      to: { path: '^src/(?!config/|kairos/calendar/index\\.ts$)' },
    },
    {
      name: 'redis-knows-nobody',
      comment: 'Starting and reaching Redis has nothing to do with what is kept there.',
      severity: 'error',
      from: { path: room('redis') },
      to: { path: others('redis', 'log') },
    },
    {
      name: 'kairos-knows-nobody',
      comment:
        'The engine is a library: it knows Redis and time, nothing of GraphQL, HTTP or the server around it.',
      severity: 'error',
      from: { path: room('kairos') },
      to: { path: others('kairos') },
    },
    {
      name: 'kairos-has-one-door',
      comment:
        'What is not exported by kairos/index.ts may change without asking anyone. Config checks steps with the pure calendar.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/kairos/', '^src/config/'] },
      to: { path: room('kairos'), pathNot: '^src/kairos/index\\.ts$' },
    },
    {
      name: 'live-knows-the-engine-alone',
      comment: 'Windows are the same whichever way they are shown: no GraphQL, no sockets.',
      severity: 'error',
      from: { path: room('live') },
      to: { path: others('live', 'kairos', 'log') },
    },
    {
      name: 'live-has-one-door',
      comment: 'What is not exported by live/index.ts may change without asking anyone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/live/' },
      to: { path: room('live'), pathNot: '^src/live/index\\.ts$' },
    },
    {
      name: 'auth-knows-names-alone',
      comment:
        'Who may do what to which name is the same whatever carries the request: no HTTP, no GraphQL, no Redis.',
      severity: 'error',
      from: { path: room('auth') },
      to: { path: '^src/(?!auth/|kairos/index\\.ts$)|node_modules/(?!jose/)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'auth-has-one-door',
      comment: 'What is not exported by auth/index.ts may change without asking anyone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/auth/' },
      to: { path: room('auth'), pathNot: '^src/auth/index\\.ts$' },
    },
    {
      name: 'graphql-knows-what-it-shows',
      comment: 'The schema shows the engine and its live windows to whom it may; transports come later.',
      severity: 'error',
      from: { path: room('graphql') },
      to: { path: others('graphql', 'auth', 'kairos', 'live', 'log') },
    },
    {
      name: 'monitor-is-a-client-of-the-store',
      comment: 'Our own series take the ordinary insert path.',
      severity: 'error',
      from: { path: room('monitor') },
      to: { path: others('monitor', 'kairos', 'log') },
    },
    {
      name: 'limits-know-redis-alone',
      comment: 'Counting callers is the same whatever they ask for, and over whichever transport.',
      severity: 'error',
      from: { path: room('limits') },
      to: { path: others('limits') },
    },
    {
      name: 'limits-have-one-door',
      comment: 'What is not exported by limits/index.ts may change without asking anyone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/limits/' },
      to: { path: room('limits'), pathNot: '^src/limits/index\\.ts$' },
    },
    {
      name: 'server-knows-no-configuration',
      comment: 'What a transport needs it is handed by app.ts, the only place where everything meets.',
      severity: 'error',
      from: { path: room('server') },
      to: { path: others('server', 'graphql', 'auth', 'live', 'kairos', 'limits', 'log') },
    },
    {
      name: 'only-app-composes',
      comment: 'Commands start the app; they do not put together another one.',
      severity: 'error',
      from: { path: room('commands') },
      to: { path: others('commands', 'app', 'config', 'log', 'tracing') },
    },
    {
      name: 'ioredis-where-redis-is',
      comment:
        'Elsewhere series are read and written through the engine. The health check asks whether Redis answers.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/(redis|kairos|live|limits)/', '^src/app\\.ts$', '^src/server/(health|server)\\.ts$'],
      },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'graphql-where-graphql-is',
      comment: 'GraphQL is one way to show the engine; the engine does not know it.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(graphql|server|client)/',
      },
      to: { path: 'node_modules/(graphql|graphql-yoga|graphql-ws|@pothos|@graphql-yoga)/' },
    },
    {
      name: 'client-knows-nobody',
      comment: 'It runs in browsers: nothing of the server, the engine or Node may come along.',
      severity: 'error',
      from: { path: room('client') },
      to: { path: others('client') },
    },
    {
      name: 'client-brings-little',
      comment:
        'What it needs is loaded by every page that uses it: graphql-ws without its server, and nothing of graphql.',
      severity: 'error',
      from: { path: room('client'), pathNot: '^src/client/(node-web-socket|react)\\.ts$' },
      to: { path: 'node_modules/(?!graphql-ws/dist/client\\.)' },
    },
    {
      name: 'nobody-needs-the-client',
      comment: 'The client is for those who ask the server, and the server does not ask itself.',
      severity: 'error',
      from: { path: '^src/', pathNot: room('client') },
      to: { path: room('client') },
    },
    {
      name: 'the-page-is-a-client',
      comment: 'The page knows what kairos/client exports, as any front end does, and nothing of the server.',
      severity: 'error',
      from: { path: '^web-playground/' },
      to: { path: '^(src|test|scripts|bench)/', pathNot: '^src/client/(index|documents)\\.ts$' },
    },
    {
      name: 'tests-stay-outside',
      comment: 'What is shipped does not need what tests it.',
      severity: 'error',
      from: { path: '^(src|web-playground)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-unknown-packages',
      comment: 'Every import is there, and the package.json says so.',
      severity: 'error',
      from: { path: '^(src|web-playground)/' },
      to: {
        dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown', 'undetermined'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
    {
      name: 'shipped-code-needs-shipped-packages',
      comment: 'A package that is installed for development only is missing where the server runs.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|/generated/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
