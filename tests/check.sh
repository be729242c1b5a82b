#!/bin/sh
# Everything that must hold before a commit: locked restore, format, build, tests.
set -eu
cd "$(dirname "$0")/.."
dotnet restore LoadTool.sln --locked-mode
dotnet format LoadTool.sln --no-restore --verify-no-changes
dotnet build LoadTool.sln -c Release --no-restore
dotnet test LoadTool.sln -c Release --no-build
