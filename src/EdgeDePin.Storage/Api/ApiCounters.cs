using System.Globalization;
using System.Text;

namespace EdgeDePin.Storage;

/// <summary>What the API has done since it was made: counters that only grow.</summary>
internal sealed class ApiCounters
{
    public long Writes;
    public long WritesRefused;
    public long WritesPutOff;
    public long PointsWritten;
    public long LinesRefused;
    public long BytesReceived;
    public long Queries;
    public long QueriesFailed;
    public long CallersRefused;

    /// <summary>Text format of Prometheus, version 0.0.4.</summary>
    public string ToPrometheus(Store store, IEnumerable<NodeMetric> others)
    {
        var text = new StringBuilder();
        void Metric(string name, string type, string help, long value) => text.Append(
            CultureInfo.InvariantCulture, $"# HELP edgedepin_{name} {help}\n# TYPE edgedepin_{name} {type}\nedgedepin_{name} {value}\n");

        Metric("store_points", "gauge", "Distinct points in the store.", store.PointCount);
        Metric("store_bytes", "gauge", "Bytes of the store's files.", store.SizeBytes);
        Metric("store_head_sequence", "counter", "Sequence number of the last committed point.", store.HeadSequence);
        Metric("store_quarantined_total", "counter", "Points set aside, whoever refused them.", store.QuarantineCount);
        Metric("store_disk_full", "gauge", "1 while the disk is full and writes are put off.", store.DiskFullSince is null ? 0 : 1);
        Metric("store_commits_put_off_total", "counter", "Commits that a full disk refused.", store.CommitsPutOff);
        Metric("api_writes_total", "counter", "Write requests answered with 204.", Interlocked.Read(ref Writes));
        Metric("api_writes_refused_total", "counter", "Write requests answered with 4xx.", Interlocked.Read(ref WritesRefused));
        Metric("api_writes_put_off_total", "counter", "Write requests told to come again (429, 503).", Interlocked.Read(ref WritesPutOff));
        Metric("api_points_written_total", "counter", "Points committed through the API.", Interlocked.Read(ref PointsWritten));
        Metric("api_lines_refused_total", "counter", "Lines of line protocol that were not taken.", Interlocked.Read(ref LinesRefused));
        Metric("api_bytes_received_total", "counter", "Bytes of line protocol, inflated.", Interlocked.Read(ref BytesReceived));
        Metric("api_queries_total", "counter", "Query requests.", Interlocked.Read(ref Queries));
        Metric("api_queries_failed_total", "counter", "Query requests with an error in the answer.", Interlocked.Read(ref QueriesFailed));
        Metric("api_callers_refused_total", "counter", "Requests answered with 401 or 403.", Interlocked.Read(ref CallersRefused));
        foreach (NodeMetric other in others)
        {
            Metric(other.Name, other.IsCounter ? "counter" : "gauge", other.Help, other.Value);
        }

        return text.ToString();
    }
}
