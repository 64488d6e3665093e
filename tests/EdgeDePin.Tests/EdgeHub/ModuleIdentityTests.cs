using EdgeDePin.EdgeHub;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class ModuleIdentityTests
{
    // The form that mqtt.ts of the official Node client writes.
    [Fact]
    public void The_user_name_is_the_one_that_edgeHub_parses() =>
        Assert.Equal(
            "hub1.azure-devices.net/dev1/mod1/?api-version=2021-04-12&DeviceClientType=EdgeDePin%2F0.1",
            new ModuleIdentity("dev1", "mod1").UserName("hub1.azure-devices.net", "EdgeDePin/0.1"));

    [Theory]
    [InlineData("hub/dev1/mod1/?api-version=2021-04-12&DeviceClientType=x", true)]
    [InlineData("hub/dev1/mod1/api-version=2018-06-30", true)]
    [InlineData("hub/dev1/mod1/?DeviceClientType=x", false)]
    [InlineData("hub/dev1/?api-version=2021-04-12", false)]
    [InlineData("hub/dev1/mo+d1/?api-version=2021-04-12", false)]
    [InlineData(null, false)]
    public void A_user_name_is_read_in_both_forms_and_must_carry_a_version(string? userName, bool readable)
    {
        Assert.Equal(readable, ModuleIdentity.TryParseUserName(userName, out ModuleIdentity identity));
        Assert.True(!readable || identity.ClientId == "dev1/mod1");
    }

    [Fact]
    public void Options_come_from_the_variables_of_IoT_Edge()
    {
        var variables = new Dictionary<string, string?>
        {
            ["IOTEDGE_DEVICEID"] = "pi-7",
            ["IOTEDGE_MODULEID"] = "sensor",
            ["IOTEDGE_GATEWAYHOSTNAME"] = "gw.local:18883",
            ["IOTEDGE_IOTHUBHOSTNAME"] = "hub1.azure-devices.net",
            ["IOTEDGE_AUTHSCHEME"] = "sasToken",
            ["IOTEDGE_MODULEGENERATIONID"] = "637",
            ["IOTEDGE_WORKLOADURI"] = "unix:///var/run/iotedge/workload.sock",
        };
        ModuleOptions options = ModuleOptions.FromVariables(variables.GetValueOrDefault);
        Assert.Equal(("pi-7", "sensor", "gw.local", 18883), (options.DeviceId, options.ModuleId, options.Host, options.Port));
        Assert.Equal("hub1.azure-devices.net", options.IotHubHostName);
    }

    [Theory]
    [InlineData("IOTEDGE_DEVICEID", "", "IOTEDGE_DEVICEID is not set")]
    [InlineData("IOTEDGE_MODULEID", null, "IOTEDGE_MODULEID is not set")]
    [InlineData("IOTEDGE_MODULEID", "a/b", "'a/b' is no module id")]
    [InlineData("IOTEDGE_WORKLOADURI", "", "IOTEDGE_WORKLOADURI is not set")]
    [InlineData("IOTEDGE_AUTHSCHEME", "x509", "IOTEDGE_AUTHSCHEME is 'x509'")]
    [InlineData("EdgeHubConnectionString", "HostName=h", "EdgeModuleCACertificateFile is not set")]
    [InlineData("IOTEDGE_GATEWAYHOSTNAME", "gw:mqtt", "IOTEDGE_GATEWAYHOSTNAME is 'gw:mqtt'")]
    [InlineData("IOTEDGE_GATEWAYHOSTNAME", "gw:70000", "Port is '70000'; it must be 1 to 65535")]
    public void A_variable_that_is_missing_or_wrong_is_named(string name, string? value, string complaint)
    {
        var variables = new Dictionary<string, string?>
        {
            ["IOTEDGE_DEVICEID"] = "pi-7",
            ["IOTEDGE_MODULEID"] = "sensor",
            ["IOTEDGE_GATEWAYHOSTNAME"] = "gw",
            ["IOTEDGE_IOTHUBHOSTNAME"] = "hub1.azure-devices.net",
            ["IOTEDGE_AUTHSCHEME"] = "sasToken",
            ["IOTEDGE_MODULEGENERATIONID"] = "637",
            ["IOTEDGE_WORKLOADURI"] = "unix:///var/run/iotedge/workload.sock",
            [name] = value,
        };
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => ModuleOptions.FromVariables(variables.GetValueOrDefault)).Message,
            StringComparison.Ordinal);
    }
}
