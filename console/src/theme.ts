import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'muster',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Color Emoji", sans-serif',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '0.95rem' }, h3: { fontSize: '0.875rem' } },
  },
  colors: {
    muster: ['#effaf8', '#d5f2ec', '#aee4da', '#7dd0c3', '#4bb5a7', '#35a194', '#187c72', '#14645d', '#13504b', '#0f3d3a'],
    dark: ['#d3d9dd', '#b0b8be', '#8f999f', '#5c666c', '#3a4247', '#2c3338', '#22282c', '#181d20', '#12161a', '#0c0f12'],
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 200, events: { hover: true, focus: true, touch: true } } },
    // The placeholder is a child that a menu must not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
  },
})

/** Secondary text, errors and links of the library miss the contrast of WCAG AA; these meet it. */
export const cssVariables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b656d',
    '--mantine-color-placeholder': '#68727a',
    '--mantine-color-error': '#c0262d',
    '--mantine-color-anchor': theme.colors.muster![7]!,
  },
  dark: {
    '--mantine-color-dimmed': '#9ba6ad',
    '--mantine-color-placeholder': '#8b969d',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-anchor': theme.colors.muster![3]!,
  },
})
