using System.Text;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.EndToEnd;

/// <summary>
/// A module that sends numbered points through the hub, one after the other, and remembers which of them the hub has acknowledged: what
/// must be stored, each one, whatever was killed meanwhile.
/// </summary>
internal sealed class AcknowledgedPoints : IAsyncDisposable
{
    public const string Module = "ledger";
    public const string Route = "FROM /messages/modules/ledger/outputs/points INTO BrokeredEndpoint(\"/modules/telemetry/inputs/points\")";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ModuleClient _client;
    private readonly long _from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly Task _sending;
    private int _acknowledged;

    public AcknowledgedPoints(ModuleOptions options)
    {
        options.MaxBackoff = TimeSpan.FromSeconds(1);
        _client = new ModuleClient(options, TimeProvider.System, new Random(1), NullLogger<ModuleClient>.Instance);
        _sending = SendAsync();
    }

    /// <summary>How many were acknowledged: those numbered from 0 to one less.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public string LastError => _client.State.LastError ?? "none";

    /// <summary>Sends no more; the one under way is awaited no longer and may or may not arrive.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
    }

    /// <summary>The numbers that were acknowledged and that the rows (time in ms, number) lack.</summary>
    public IReadOnlyList<int> MissingFrom(IEnumerable<double[]> rows)
    {
        HashSet<(long Time, int Number)> stored = [.. rows.Select(row => ((long)row[0], (int)row[1]))];
        return [.. Enumerable.Range(0, Acknowledged).Where(number => !stored.Contains((_from + number, number)))];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _client.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            await _client.ConnectAsync(_stopping.Token);
            for (int number = 0; ; number++)
            {
                string line = $"ledger number={number}i {(_from + number) * 1_000_000}";
                await _client.SendEventAsync("points", new HubMessage(Encoding.UTF8.GetBytes(line)), _stopping.Token);
                Volatile.Write(ref _acknowledged, number + 1);
                await Task.Delay(Pause, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
