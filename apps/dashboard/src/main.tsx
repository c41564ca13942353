import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CrashNote } from './crash-note.js'
import { Page } from './page.js'

const place = document.getElementById('page')
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <CrashNote>
        <Page />
      </CrashNote>
    </StrictMode>,
  )
}
