using System.Text;
using EdgeDePin.Deployment.Manifests;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>Edits <c>config.txt</c> and <c>cmdline.txt</c> so that the buses a manifest asks for are there. What else stands in them stays.</summary>
internal static class BootSettings
{
    private const string Begin = "# >>> edgedepin: made by 'edgedepin flash', which replaces everything up to <<<";
    private const string End = "# <<< edgedepin";

    private static readonly string[] FirstRun =
        ["systemd.run=/boot/firmware/firstrun.sh", "systemd.run_success_action=reboot", "systemd.unit=kernel-command-line.target"];

    /// <summary>The bus devices that the containers of a manifest get.</summary>
    public static IReadOnlySet<string> Buses(Manifest manifest) => ManifestModules.Of(manifest.Root)
        .SelectMany(module => ContainerRules.Devices(module.Container ?? [])).Select(device => device.Host).ToHashSet(StringComparer.Ordinal);

    /// <summary>(Raspberry Pi documentation, config.txt: dtparam=i2c_arm, enable_uart; configuration/uart: disable-bt gives serial0 the better UART.)</summary>
    public static string ConfigTxt(string text, IReadOnlySet<string> buses)
    {
        int begin = text.IndexOf("# >>> edgedepin", StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        string others = begin < 0 ? text : text[..begin] + (end < 0 ? "" : text[(end + End.Length)..]).TrimStart('\n');
        var block = new StringBuilder().AppendJoin('\n', Begin, "[all]", "");
        if (buses.Any(bus => bus.StartsWith("/dev/i2c-", StringComparison.Ordinal)))
        {
            block.Append("dtparam=i2c_arm=on\n");
        }

        if (UsesSerial(buses))
        {
            block.Append("enable_uart=1\ndtoverlay=disable-bt\n");
        }

        return $"{others.TrimEnd('\n')}\n{block}{End}\n".TrimStart('\n');
    }

    /// <summary>One line of words; nobody may put a second line there.</summary>
    public static string CommandLine(string text, IReadOnlySet<string> buses, bool runsScript)
    {
        List<string> words = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Except(FirstRun, StringComparer.Ordinal)];
        if (UsesSerial(buses))
        {
            // The kernel's messages would go to the sensor.
            words.RemoveAll(word => word.StartsWith("console=serial", StringComparison.Ordinal) || word.StartsWith("console=ttyAMA", StringComparison.Ordinal) || word.StartsWith("console=ttyS", StringComparison.Ordinal));
        }

        // Raspberry Pi's kernels leave memory limits off, and containers would have none.
        foreach (string word in (string[])["cgroup_enable=memory", .. runsScript ? FirstRun : []])
        {
            if (!words.Contains(word, StringComparer.Ordinal))
            {
                words.Add(word);
            }
        }

        return string.Join(' ', words) + "\n";
    }

    private static bool UsesSerial(IReadOnlySet<string> buses) =>
        buses.Any(bus => bus is "/dev/serial0" or "/dev/serial1" or "/dev/ttyAMA0" or "/dev/ttyS0");
}
