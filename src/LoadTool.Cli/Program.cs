using LoadTool.Cli.Commands;

return await CommandLine.RunAsync(args);
