import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpSchema } from '../packages/hub/src/db/schema-dump.ts'
import { createDatabase } from '../tests/harness/database.ts'

/** Writes down the schema that the migrations make. */
const db = await createDatabase()
writeFileSync(join(import.meta.dirname, '../packages/hub/src/db/schema.sql'), await dumpSchema(db))
await db.drop()
