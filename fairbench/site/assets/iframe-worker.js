/* A browser starts no worker for a page that was opened from a disk. There, a frame of the page does
   the work: the search of the theme runs in it. Where the site is served, the real worker is used.
   The theme's own stand-in would be fetched from another host. */
(() => {
  "use strict"
  if (location.protocol !== "file:") return

  window.Worker = class extends EventTarget {
    constructor(address) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      this.frame.title = "search"
      document.body.append(this.frame)
      this.frame.contentWindow.postMessage = (data) => {
        this.dispatchEvent(new MessageEvent("message", { data }))
      }
      const script = this.frame.contentDocument.createElement("script")
      this.ready = new Promise((resolve) => (script.onload = resolve))
      script.src = address
      this.frame.contentDocument.body.append(script)
    }

    postMessage(data) {
      this.ready.then(() => {
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }))
      })
    }

    terminate() {
      this.frame.remove()
    }
  }
})()
