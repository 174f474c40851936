import { createTheme } from '@mantine/core'

/** Colours and type come from tokens.css; here stands only how components behave. */
export const theme = createTheme({
  defaultRadius: 'default',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // the scroll lock would inject a style element, which the Content-Security-Policy refuses
    Modal: { defaultProps: { lockScroll: false, centered: true, transitionProps: { duration: 140 } } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
})
