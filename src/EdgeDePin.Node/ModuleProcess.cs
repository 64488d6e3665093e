using System.Diagnostics.CodeAnalysis;
using EdgeDePin.EdgeHub;
using EdgeDePin.Node.Clocks;
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
    /// Runs a module until SIGTERM or Ctrl-C. Settings come from <c>--config FILE</c> (JSON), then the desired properties of its twin,
    /// then environment variables that begin with <c>EDGEDEPIN_</c> (<c>EDGEDEPIN_Node__Name=roof</c>), then arguments
    /// (<c>--Node:Name roof</c>); later ones win.
    /// </summary>
    /// <param name="sections">What the twin may change while the module runs.</param>
    /// <param name="check">Reads all options, so that what is wrong with them is known before they are used.</param>
    /// <param name="run">The module's main path; it is run anew when its configuration changes.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] args, string module, string[] sections, Action<ModuleContext> check, Func<ModuleContext, Task> run)
    {
        if (args is [ModuleHealth.Question])
        {
            return ModuleHealth.Ask(DeviceTime.Here);
        }

        if (ModuleHelp.IsAsked(args))
        {
            Console.Write(ModuleHelp.Text(module));
            return Done;
        }

        using var recent = new RecentLog(DeviceTime.Here);
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(recent).AddSimpleConsole(console =>
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
            using ModuleHealth? health = ModuleHealth.Start(DeviceTime.Here);
            var live = new LiveConfiguration(args, sections);
            (IConfiguration configuration, _) = live.With([]);
            // For the jitter of reconnects, so that the modules of a site do not all knock at once.
            var random = new Random(Environment.ProcessId);
            await using ModuleClient client = HubClient.Create(
                NodeSections.Hub(configuration), module, Environment.GetEnvironmentVariable, DeviceTime.Here, random, logs);
            var context = new ModuleContext(
                module, configuration, logs, DeviceTime.Here, random, client, new ModuleMethods(module, DeviceTime.Here, recent), stopping.Token);
            await context.Methods.ServeAsync(client, stopping.Token);
            await new LiveModule(context, live, new LastGood(NodeSections.Node(configuration).DataFolder, module), check, run).RunAsync();
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

    private static int Say(string module, int exitCode, Exception error)
    {
        Console.Error.WriteLine($"{module}: {error.Message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}

/// <summary>What a module's main path needs.</summary>
/// <param name="Client">The hub's, not yet connected at the first run.</param>
/// <param name="Stopping">The end of this run: of the module, or of this configuration.</param>
public sealed record ModuleContext(
    string Module, IConfiguration Configuration, ILoggerFactory Logs, TimeProvider Time, Random Random, ModuleClient Client, ModuleMethods Methods,
    CancellationToken Stopping)
{
    public void Running(ILogger log, NodeOptions node) => NodeLog.Running(log, Module, node.Name);

    /// <summary>The options of one section, checked.</summary>
    /// <exception cref="OptionsException">See <see cref="OptionsSection.Read{T}(IConfiguration,string)"/>.</exception>
    [RequiresDynamicCode("Binds by reflection; a native binary reads its sections with NodeSections.")]
    [RequiresUnreferencedCode("Binds by reflection; a native binary reads its sections with NodeSections.")]
    public T Options<T>(string section)
        where T : class, new() => OptionsSection.Read<T>(Configuration, section);
}
