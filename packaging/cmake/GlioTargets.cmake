# glio_module(NAME LAYER core|gui|engine SOURCES ... HEADERS ... [PUBLIC libs...] [PRIVATE libs...])
# One folder, one static library glio::NAME, its public headers under include/, its layer, its edges.
function(glio_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LAYER" "SOURCES;HEADERS;PUBLIC;PRIVATE")
  add_library(glio_${name} STATIC ${arg_SOURCES})
  add_library(glio::${name} ALIAS glio_${name})
  target_include_directories(glio_${name} PUBLIC include PRIVATE src)
  if(arg_HEADERS)
    target_sources(glio_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  endif()
  target_link_libraries(glio_${name} PUBLIC ${arg_PUBLIC} PRIVATE glio::warnings ${arg_PRIVATE})
  set_target_properties(glio_${name} PROPERTIES GLIO_LAYER ${arg_LAYER})
endfunction()

# glio_test(NAME SOURCES ... LIBS ... [LABELS ...]): a Catch2 program whose cases are ctest tests named NAME/...
function(glio_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS;LABELS")
  find_package(Catch2 3 REQUIRED)
  list(APPEND CMAKE_MODULE_PATH ${Catch2_DIR})       # its package says so only on the first call in a folder
  include(Catch)
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE glio::warnings ${arg_LIBS} Catch2::Catch2WithMain)
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/shared)
  target_compile_definitions(test_${name} PRIVATE GLIO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GLIO_BINARY_DIR="${CMAKE_BINARY_DIR}")
  if(arg_LABELS)                                     # an empty one would swallow what Catch adds: SKIP_RETURN_CODE
    set(labels PROPERTIES LABELS "${arg_LABELS}")
  endif()
  catch_discover_tests(test_${name} TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST ${labels})
endfunction()
