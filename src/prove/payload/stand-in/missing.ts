/** Without these nothing can be done in their place: a program that asks for them must learn that. */
export const MISSING =
  /^(?:python|python2|python3|ruby|php|pwsh|powershell|jq|unzip|7z|gpg|openssl|xxd|ffmpeg)(?:[\d.]*)$/;
