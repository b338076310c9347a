# Copies FILES (relative) from FROM to TO, with their folders.
foreach(file ${FILES})
  get_filename_component(folder ${file} DIRECTORY)
  file(COPY ${FROM}/${file} DESTINATION ${TO}/${folder})
endforeach()
