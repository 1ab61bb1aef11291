export const usage = `SomaBrain: long-term memory for AI agents

  npm run somabrain -- <verb> [options]

Verbs
  import <paths…>      store files or folders: Markdown by section, plain text by paragraphs,
                       JSON Lines by line; importing again adds nothing
  recall "question"    what memory answers, with what each signal gave
  status               health, namespaces and how many memories they hold
  rebuild              drop state.db and fold the log again; the hashes must agree. In a cluster
                       one projection, while reads go on: see below
  dead-letters list|show|retry|drop [PARTITION/OFFSET…]
                       records of the log that no schema could read
  schemas check|register|list|diff
                       the schemas of this build among themselves and beside the registry
                       (SOMABRAIN_SCHEMA_REGISTRY_URL)
  topics create|check  the topics of a cluster: make what is missing, say what differs
  migrate              the tables of a cluster (SOMABRAIN_POSTGRES_DSN): make what is missing;
                       --check only says what is pending
  reembed --to EMBEDDER
                       give every memory a vector of another model, while reads go on; may be ended
                       and called again. EMBEDDER: onnx:FOLDER or openai:URL
  rotate-master-key    wrap every key with SOMABRAIN_MASTER_KEY, also while servers run; what stood before
                       is given as SOMABRAIN_MASTER_KEY_PREVIOUS
  mcp                  Model Context Protocol over standard input and output, for an agent to start
  tokens create|list|revoke [ID…]
                       API tokens, while the server runs too; create prints the token once
  audit replay|list|trim|key
                       recompute the audit from its logs and name what was tampered with; take away what is
                       older; print the public key that checks it
  backup create|list FOLDER
                       copy log, keys, audit and tokens into FOLDER, while the server runs too
  backup verify|test|restore BACKUP
                       check one, byte by byte; restore it into a folder that is gone afterwards; put it
                       in the place of what is there (the server stopped; --yes: without asking)
  archive run FOLDER   copy the log of a cluster into FOLDER, with schemas and tokens, every minute
  archive status|verify|restore FOLDER
                       what it holds; check it, byte by byte; put it into the configured parts, each record
                       at its own offset (no process running; --yes: without asking)
  demo                 a conversation of three people over several months, asked about
  help                 this text

Options
  -n, --namespace NAME where to store or ask (default: default)
      --url URL        the server (SOMABRAIN_URL, default 127.0.0.1 and SOMABRAIN_PORT); when none answers
                       and none was given, the data directory is opened in this process
      --token TOKEN    credential (SOMABRAIN_API_TOKEN)
  import
      --user ID, --agent ID, --tag TAG (again for more)
                       fields of every memory
  recall
  -k, --k N            how many (default 5, at most 100)
      --signals N      signals drawn for each (default 4)
      --run ID, --user ID, --agent ID
                       only this conversation, this user, this agent
      --as-of DATE     what was true then: 2026-03-01 or 2026-03-01T12:00:00Z
      --known-at DATE  what was known here then
      --min-score S    leave out what scores below, 0–1
      --json           the server's answer as it came (status too)
  rebuild (in a cluster)
      --projection long-term [--switch [--drop-old]]
                       fold it anew beside the live build, make that live, drop the old one
      --projection working-memory
                       drop it, seed it from long-term memory, compare
      --list           builds, and how far each has folded the log
      --switch-to N, --drop N
                       make build N live; drop one that is not
      --drop-working-memory V
                       drop what another release left in Redis, by its fold version
      --accept-log [--drop-old] [--yes]
                       after an older copy of the log was restored: take it for the truth, fold all anew
  tokens
      --role ROLE      create: reader, writer, admin or auditor (again for more; there is no default)
      --tenant NAME    create: default; list: all
  -n, --namespace A,B  create: only these (default: all of the tenant)
      --principal NAME create: who it stands for (default: named after the token)
      --expires 90d    create: 12h, 90d, 1y or never (default: 90d)
  audit
      --since DATE     replay: behind the last anchors that were signed before it
      --public-key FILE
                       replay: trust this key too (again for more)
      --before DATE    trim: what was anchored earlier (--yes: without asking)
      --unattributed [-k N] [--since DATE] [--before DATE]
                       list: what belongs to no tenant, such as refused credentials (default: the last 50)
  archive
      --every SECONDS  run: between two rounds (default: 60)
      --once           run: one round
      --public-key FILE
                       verify: trust this key too (again for more)
  dead-letters
      --all            list: also those that were retried or dropped; retry, drop: all that are open
      --yes            drop without asking
      --by NAME        who does it (default: the user of this system)
`
