using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// Runs a module, and runs it anew when the desired properties of its twin change its configuration. What cannot be is refused in
/// the reported properties, with the reason, and the module goes on as it was; what fails as soon as it runs is taken back.
/// </summary>
internal sealed class LiveModule(
    ModuleContext basis, LiveConfiguration live, LastGood lastGood, Action<ModuleContext> check, Func<ModuleContext, Task> run)
{
    /// <summary>A configuration that has run for this long is good.</summary>
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(1);

    // The newest wish is the only one that counts, and so is the newest report.
    private readonly Channel<TwinProperties> _wishes = Channel.CreateBounded<TwinProperties>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Channel<JsonObject> _reports = Channel.CreateBounded<JsonObject>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ILogger _log = basis.Logs.CreateLogger<LiveModule>();

    public async Task RunAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(basis.Stopping);
        Task reporting = ReportAsync(ending.Token);
        try
        {
            await basis.Client.SetDesiredPropertyUpdateCallbackAsync(
                (desired, token) => _wishes.Writer.WriteAsync(desired, token).AsTask(), ending.Token);
            await RunAsync(Start(), ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(Configured current, CancellationToken stopping)
    {
        Configured? before = null;
        Task<TwinProperties> wish = _wishes.Reader.ReadAsync(stopping).AsTask();
        while (true)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            basis.Methods.Configuration = current.Json;
            Task running = run(current.Context with { Stopping = ends.Token });
            if (before is not null)
            {
                await Task.WhenAny(running, Task.Delay(Trial, basis.Time, stopping));
                if (running is { IsFaulted: true, Exception.InnerException: { } error } && NodeFailure.Explains(error))
                {
                    Refuse(current.Desired, error.Message);
                    (current, before) = (before, null);
                    continue;
                }

                Accept(current.Desired);
                before = null;
            }

            Configured? next = null;
            while (next is null && await Task.WhenAny(running, wish) == wish && !stopping.IsCancellationRequested)
            {
                next = Wanted(await wish, current);
                wish = _wishes.Reader.ReadAsync(stopping).AsTask();
            }

            if (next is null)
            {
                await running;
                return;
            }

            await ends.CancelAsync();
            await EndedAsync(running, ends.Token);
            (before, current) = (current, next);
        }
    }

    private static async Task EndedAsync(Task running, CancellationToken asked)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            // The ordinary end of a run that makes room for the next.
        }
    }

    /// <summary>As it last ran, if that can still be; else as its file says.</summary>
    private Configured Start()
    {
        if (lastGood.Read() is { } kept)
        {
            try
            {
                return Checked(kept);
            }
            catch (Exception error) when (NodeFailure.Explains(error))
            {
                NodeLog.ConfigurationRefused(_log, kept.Version, error.Message);
            }
        }

        return Checked(new TwinProperties([], 0));
    }

    /// <summary>What to run next; null if nothing is to change.</summary>
    private Configured? Wanted(TwinProperties desired, Configured current)
    {
        try
        {
            Configured wanted = Checked(desired);
            if (!JsonNode.DeepEquals(wanted.Desired.Values, current.Desired.Values))
            {
                return wanted;
            }

            Accept(desired);
        }
        catch (Exception error) when (NodeFailure.Explains(error))
        {
            Refuse(desired, error.Message);
        }

        return null;
    }

    private Configured Checked(TwinProperties desired)
    {
        (var configuration, JsonObject json) = live.With(desired.Values);
        ModuleContext context = basis with { Configuration = configuration };
        check(context);
        return new Configured(context, desired, json);
    }

    private void Accept(TwinProperties desired)
    {
        try
        {
            lastGood.Write(desired);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It runs all the same; only a reboot without hub would go back to the one before.
            NodeLog.NotKept(_log, desired.Version, error.Message);
        }

        NodeLog.ConfigurationApplied(_log, desired.Version);
        Report(desired, "applied", null);
    }

    private void Refuse(TwinProperties desired, string reason)
    {
        NodeLog.ConfigurationRefused(_log, desired.Version, reason);
        Report(desired, "refused", reason);
    }

    private void Report(TwinProperties desired, string status, string? reason)
    {
        var report = new JsonObject { ["version"] = desired.Version, ["status"] = status, ["reason"] = reason };
        basis.Methods.ConfigurationStatus = report;
        _reports.Writer.TryWrite(new JsonObject { ["configuration"] = report.DeepClone() });
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await foreach (JsonObject report in _reports.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await basis.Client.ConnectAsync(cancellationToken);
                await basis.Client.UpdateReportedPropertiesAsync(report, cancellationToken);
            }
            catch (HubRequestException error)
            {
                NodeLog.NotReported(_log, error.Message);
            }
        }
    }

    private sealed record Configured(ModuleContext Context, TwinProperties Desired, JsonObject Json);
}
