import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { ListedTemplateRow, TemplateRow } from './queries.ts'
import type { ListedTemplate, MessageTemplate } from './schema.ts'

export function listedTemplate(row: ListedTemplateRow, companyId: number, urls: Urls): ListedTemplate {
  const channelId = publicId('cha', companyId, row.channel_id)
  return {
    _links: {
      self: urls.of('channels', channelId, 'application_message_templates', row.external_id),
    },
    id: publicId('amt', companyId, row.id),
    external_id: row.external_id,
    name: row.name,
    blurb: row.blurb,
    is_disabled: row.is_disabled,
    status_name: row.status,
    variable_mappings: row.variables.map(({ uid, name, type }) => ({ uid, name, type })),
    updated_at: row.updated_at.getTime() / 1000,
  }
}

export function templateResource(row: TemplateRow, companyId: number, urls: Urls): MessageTemplate {
  return { ...listedTemplate(row, companyId, urls), template_preview: row.preview, html: row.html }
}
