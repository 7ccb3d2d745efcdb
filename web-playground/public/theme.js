// Before anything is painted; the rest is in src/page/theme.ts.
document.documentElement.dataset.theme = localStorage.getItem('kairos.theme') ?? 'system'
