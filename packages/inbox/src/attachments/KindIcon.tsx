import { IconFile, IconFileTypePdf, IconMusic, IconPhoto, IconVideo } from '@tabler/icons-react'
import { type Kind, kindOf } from './attachment.ts'

const icons: Record<Kind, typeof IconFile> = {
  picture: IconPhoto,
  audio: IconMusic,
  video: IconVideo,
  pdf: IconFileTypePdf,
  file: IconFile,
}

export function KindIcon({ contentType, size = 20 }: { contentType: string; size?: number }) {
  const Icon = icons[kindOf(contentType)]
  return <Icon size={size} stroke={1.5} aria-hidden />
}
