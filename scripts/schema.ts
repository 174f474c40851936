import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpSchema } from '../packages/hub/src/db/schema-dump.ts'
import { createDatabase } from '../tests/harness/database.ts'

/** Writes the schema that the migrations make into db/schema.sql. */
const db = await createDatabase()
writeFileSync(join(import.meta.dirname, '../packages/hub/src/db/schema.sql'), await dumpSchema(db))
await db.drop()
