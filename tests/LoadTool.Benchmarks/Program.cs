using BenchmarkDotNet.Running;
using LoadTool.Benchmarks.SideBySide;

// `side-by-side` compares whole programs; anything else is BenchmarkDotNet's.
if (args is ["side-by-side", ..])
    return await SideBySideBench.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(SideBySideBench).Assembly).Run(args);
return 0;
