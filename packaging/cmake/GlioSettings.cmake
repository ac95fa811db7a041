# Language, output folders, linker: what every target shares.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
find_package(Threads REQUIRED)

find_program(GLIO_MOLD mold)
if(GLIO_MOLD)
  set(CMAKE_LINKER_TYPE MOLD)
endif()
find_program(GLIO_CCACHE ccache)
if(GLIO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GLIO_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${GLIO_CCACHE})
endif()

add_library(glio_warnings INTERFACE)
add_library(glio::warnings ALIAS glio_warnings)
target_compile_options(glio_warnings INTERFACE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-dangling-reference>)    # GCC 14 warns of references that outlive nothing
