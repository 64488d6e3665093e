using System.Globalization;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much must a device load to have the sensor module?</summary>
internal sealed class SensorImage : Figure
{
    private const string Image = "localhost/edgedepin-sensor:0.1.0";

    public override string Name => "sensor-image";

    public override string What => "image of the sensor module for linux/amd64, all layers, uncompressed";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(40);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        Tool.Output("podman", "image", "inspect", "--format", "{{.Size}}", Image) is { } bytes
            ? Task.FromResult(double.Parse(bytes, CultureInfo.InvariantCulture) / 1e6)
            : throw new IOException($"{Image} is not there: ARCHS=amd64 deployment/images/build.sh (needs podman and root).");
}
