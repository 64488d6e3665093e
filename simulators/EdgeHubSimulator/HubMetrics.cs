using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeHubSimulator.Queues;

namespace EdgeHubSimulator;

/// <summary>
/// Counters under edgeHub's names, in Prometheus' text format
/// (https://learn.microsoft.com/azure/iot-edge/how-to-access-built-in-metrics). Safe for concurrent use.
/// </summary>
internal sealed class HubMetrics(LocalHubOptions options, TimeProvider time)
{
    /// <summary>edgeHub's name of itself.</summary>
    private const string Itself = "$edgeHub";

    /// <summary>Names times labels. Names of outputs come from outside; what does not fit any more goes without label.</summary>
    private const int MaxSeries = 10_000;

    // Also counted by the queues themselves, and a family of Prometheus stands in one piece.
    private const string DroppedName = "edgehub_messages_dropped_total";

    private readonly long _startedAt = time.GetTimestamp();

    // All counters begin anew with it.
    private readonly string _instance = new Guid(RandomNumberGenerator.GetBytes(16)).ToString();

    private readonly ConcurrentDictionary<(string Name, string Labels), MetricSeries> _series = new();

    // What happens with every message must not write its labels anew.
    private readonly ConcurrentDictionary<(string Module, string Output), (MetricSeries Count, MetricSeries Size)> _arrivals = new();
    private readonly ConcurrentDictionary<(string Sender, string Module, string Input, int Priority), DeliverySeries> _deliveries = new();

    public void Received(string module, string? output, int bytes)
    {
        (MetricSeries count, MetricSeries size) = _arrivals.Count < MaxSeries
            ? _arrivals.GetOrAdd((module, output ?? ""), Arrivals) : Arrivals((module, output ?? ""));
        count.Add(1);
        size.Add(bytes);
    }

    /// <summary>A message that its receiver has acknowledged. The output that it left by is not part of what is delivered, and so not told.</summary>
    /// <param name="sender">The module that sent it; empty if it does not say.</param>
    /// <param name="sending">Since it last left the hub.</param>
    /// <param name="processing">Since it was first taken from its queue.</param>
    public void Sent(string sender, string module, string input, int priority, TimeSpan sending, TimeSpan processing)
    {
        DeliverySeries series = _deliveries.Count < MaxSeries
            ? _deliveries.GetOrAdd((sender, module, input, priority), Deliveries) : Deliveries((sender, module, input, priority));
        series.Count.Add(1);
        series.Sending.Add(sending.TotalSeconds);
        series.Processing.Add(processing.TotalSeconds);
    }

    public void SentUpstream(string module, string? output, int priority) => Count("edgehub_messages_sent_total", Labels(
        ("from", Id(module)), ("to", "$upstream"), ("from_route_output", output ?? ""), ("priority", priority.ToString(CultureInfo.InvariantCulture))));

    public void Unrouted(string module, string? output) =>
        Count(DroppedName, Labels(("reason", "no_route"), ("from", Id(module)), ("from_route_output", output ?? "")));

    public void NotKept(string module, string? output) =>
        Count("edgehub_messages_unack_total", Labels(("reason", "storage_failure"), ("from", Id(module)), ("from_route_output", output ?? "")));

    public void TwinRead(string module, TimeSpan took)
    {
        Count("edgehub_gettwin_total", Labels(("source", "edge_hub"), ("id", Id(module))));
        Observe("edgehub_gettwin_duration_seconds", Labels(("source", "edge_hub"), ("id", Id(module))), took.TotalSeconds);
    }

    public void Reported(string module, TimeSpan took)
    {
        Count("edgehub_reported_properties_total", Labels(("target", "edge_hub"), ("id", Id(module))));
        Observe("edgehub_reported_properties_update_duration_seconds", Labels(("target", "edge_hub"), ("id", Id(module))), took.TotalSeconds);
    }

    public void MethodCalled(string module, TimeSpan took)
    {
        Count("edgehub_direct_methods_total", Labels(("from", options.DeviceId), ("to", Id(module))));
        Observe("edgehub_direct_method_duration_seconds", Labels(("from", options.DeviceId), ("to", Id(module))), took.TotalSeconds);
    }

    public void ConnectFailed(string client) => Count("edgehub_client_connect_failed_total", Labels(("id", client), ("reason", "not_authenticated")));

    /// <summary>Everything, with what the queues hold at this instant.</summary>
    public string Text(LocalHubState state, DiskBudget? budget)
    {
        var text = new StringBuilder();
        foreach (var family in _series.Where(pair => pair.Key.Name != DroppedName).GroupBy(pair => pair.Key.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("# TYPE ").Append(family.Key).Append(family.First().Value is SummarySeries ? " summary\n" : " counter\n");
            foreach (((string name, string labels), MetricSeries series) in family.OrderBy(pair => pair.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, name, labels);
            }
        }

        text.Append("# TYPE edgehub_queue_length gauge\n");
        foreach (LocalModuleState module in state.Modules)
        {
            foreach ((string input, int priority, long count) in module.Queues)
            {
                text.Append(CultureInfo.InvariantCulture, $"edgehub_queue_length{Labels(("endpoint", $"{Id(module.ModuleId)}/{input}"), ("priority", $"{priority}"))} {count}\n");
            }
        }

        text.Append("# TYPE ").Append(DroppedName).Append(" counter\n");
        foreach (((string name, string labels), MetricSeries series) in _series.Where(pair => pair.Key.Name == DroppedName))
        {
            series.Write(text, name, labels);
        }

        foreach (LocalModuleState module in state.Modules)
        {
            text.Append(CultureInfo.InvariantCulture, $"{DroppedName}{Labels(("reason", "ttl_expiry"), ("to", Id(module.ModuleId)))} {module.Expired}\n");
            text.Append(CultureInfo.InvariantCulture, $"{DroppedName}{Labels(("reason", "quota"), ("to", Id(module.ModuleId)))} {module.Dropped}\n");
        }

        text.Append("# TYPE edgehub_operation_retry_total counter\n");
        foreach (LocalModuleState module in state.Modules)
        {
            text.Append(CultureInfo.InvariantCulture, $"edgehub_operation_retry_total{Labels(("id", Id(module.ModuleId)), ("operation", "SendMessage"))} {module.Redelivered}\n");
        }

        // Away from IoT Hub: this hub has none, so it went offline once, when it started, and is so ever since.
        string offline = Labels(("id", Id(Itself)));
        text.Append(CultureInfo.InvariantCulture, $"# TYPE edgehub_offline_count_total counter\nedgehub_offline_count_total{offline} 1\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE edgehub_offline_duration_seconds summary\nedgehub_offline_duration_seconds_sum{offline} {time.GetElapsedTime(_startedAt).TotalSeconds:R}\nedgehub_offline_duration_seconds_count{offline} 1\n");
        text.Append("# TYPE edgehub_connected_clients gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"edgehub_connected_clients{Labels()} {state.Modules.Count(module => module.Connected)}\n");
        text.Append("# TYPE edgehub_queue_disk_bytes gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"edgehub_queue_disk_bytes{Labels()} {budget?.Bytes ?? 0}\n");
        return text.ToString();
    }

    private (MetricSeries Count, MetricSeries Size) Arrivals((string Module, string Output) key) => (
        Of("edgehub_messages_received_total", Labels(("route_output", key.Output), ("id", Id(key.Module))), isSummary: false),
        Of("edgehub_message_size_bytes", Labels(("id", Id(key.Module))), isSummary: true));

    private DeliverySeries Deliveries((string Sender, string Module, string Input, int Priority) key)
    {
        (string Name, string Value) from = ("from", Id(key.Sender)), to = ("to", Id(key.Module)), input = ("to_route_input", key.Input),
            priority = ("priority", key.Priority.ToString(CultureInfo.InvariantCulture));
        return new DeliverySeries(
            Of("edgehub_messages_sent_total", Labels(from, to, input, priority), isSummary: false),
            Of("edgehub_message_send_duration_seconds", Labels(from, to, input), isSummary: true),
            Of("edgehub_message_process_duration_seconds", Labels(from, to, priority), isSummary: true));
    }

    private void Count(string name, string labels) => Of(name, labels, isSummary: false).Add(1);

    private void Observe(string name, string labels, double value) => Of(name, labels, isSummary: true).Add(value);

    private MetricSeries Of(string name, string labels, bool isSummary) => _series.Count < MaxSeries
        ? _series.GetOrAdd((name, labels), _ => New(isSummary))
        : _series.GetOrAdd((name, Labels()), _ => New(isSummary));

    private MetricSeries New(bool isSummary) => isSummary ? new SummarySeries(time) : new MetricSeries();

    private string Id(string module) => $"{options.DeviceId}/{module}";

    private string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder("{iothub=\"").Append(Escaped(options.IotHubHostName)).Append("\",edge_device=\"").Append(Escaped(options.DeviceId))
            .Append("\",instance_number=\"").Append(_instance).Append('"');
        foreach ((string name, string value) in labels)
        {
            text.Append(',').Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed record DeliverySeries(MetricSeries Count, MetricSeries Sending, MetricSeries Processing);
}
