using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>What every module's <c>Program.cs</c> starts with: configuration, a log, a clean stop, and errors people can read.</summary>
public static class ModuleProcess
{
    /// <summary>Done, or stopped by a signal.</summary>
    public const int Done = 0;

    /// <summary>The configuration is wrong.</summary>
    public const int WrongUse = 2;

    /// <summary>Something around the module is missing or failed: a folder, a port, a bus.</summary>
    public const int EnvironmentFailed = 3;

    /// <summary>
    /// Runs a module until SIGTERM or Ctrl-C. Settings come from <c>--config FILE</c> (JSON), then environment variables that
    /// begin with <c>EDGEDEPIN_</c> (<c>EDGEDEPIN_Node__Name=roof</c>), then arguments (<c>--Node:Name roof</c>); later ones win.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, string module, Func<ModuleContext, Task> run)
    {
        if (args is [ModuleHealth.Question])
        {
            return ModuleHealth.Ask(TimeProvider.System);
        }

        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }));
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopping.Cancel();
        };
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                stopping.Cancel();
            });
        try
        {
            using ModuleHealth? health = ModuleHealth.Start(TimeProvider.System);
            await run(new ModuleContext(module, Configuration(args), logs, TimeProvider.System, stopping.Token));
            return Done;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Done;
        }
        catch (OptionsException error)
        {
            return Say(module, WrongUse, error);
        }
        catch (Exception error) when (NodeFailure.Explains(error))
        {
            return Say(module, NodeFailure.IsWrongUse(error) ? WrongUse : EnvironmentFailed, error);
        }
    }

    private static IConfiguration Configuration(string[] args)
    {
        IConfiguration arguments = new ConfigurationBuilder().AddCommandLine(args).Build();
        var builder = new ConfigurationBuilder();
        if (arguments["config"] is { } file)
        {
            if (!File.Exists(file))
            {
                throw new OptionsException($"Configuration file '{file}' does not exist: check the path after --config.");
            }

            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        try
        {
            return builder.AddEnvironmentVariables("EDGEDEPIN_").AddCommandLine(args).Build();
        }
        catch (InvalidDataException error)
        {
            throw new OptionsException($"{error.Message} {error.InnerException?.Message}", error);
        }
    }

    private static int Say(string module, int exitCode, Exception error)
    {
        Console.Error.WriteLine($"{module}: {error.Message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}

/// <summary>What a module's main path needs.</summary>
public sealed record ModuleContext(
    string Module, IConfiguration Configuration, ILoggerFactory Logs, TimeProvider Time, CancellationToken Stopping)
{
    /// <summary>For the jitter of reconnects, so that the modules of a site do not all knock at once.</summary>
    public Random Random { get; } = new(Environment.ProcessId);

    public void Running(ILogger log, NodeOptions node) => NodeLog.Running(log, Module, node.Name);

    /// <summary>The options of one section, checked.</summary>
    /// <exception cref="OptionsException">See <see cref="OptionsSection.Read{T}"/>.</exception>
    public T Options<T>(string section)
        where T : class, new() => OptionsSection.Read<T>(Configuration, section);
}
