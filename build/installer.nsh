; Offers the studio under "Open with" for pictures and ZIPs, without taking any of them over.
!macro ganStudioOpens EXTENSION
  WriteRegStr SHELL_CONTEXT "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\SupportedTypes" "${EXTENSION}" ""
!macroend

!macro customInstall
  WriteRegStr SHELL_CONTEXT "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}" "FriendlyAppName" "${PRODUCT_NAME}"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  !insertmacro ganStudioOpens ".zip"
  !insertmacro ganStudioOpens ".png"
  !insertmacro ganStudioOpens ".jpg"
  !insertmacro ganStudioOpens ".jpeg"
  !insertmacro ganStudioOpens ".webp"
  !insertmacro ganStudioOpens ".avif"
  !insertmacro ganStudioOpens ".gif"
  !insertmacro ganStudioOpens ".tif"
  !insertmacro ganStudioOpens ".tiff"
  !insertmacro ganStudioOpens ".bmp"
  !insertmacro ganStudioOpens ".svg"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Directory\shell\${APP_ID}" "" "Train with ${PRODUCT_NAME}"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Directory\shell\${APP_ID}" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Directory\shell\${APP_ID}\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}"
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Directory\shell\${APP_ID}"
!macroend
