using System.Text.Json.Nodes;
using EdgeHubSimulator.Manifests;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class DeploymentManifestTests
{
    // The example of https://learn.microsoft.com/azure/iot-edge/module-composition, shortened to what a hub reads.
    private const string Example = """
        {
          "modulesContent": {
            "$edgeAgent": { "properties.desired": { "schemaVersion": "1.1",
              "modules": {
                "SimulatedTemperatureSensor": { "version": "1.5", "type": "docker", "status": "running", "restartPolicy": "always", "startupOrder": 2,
                  "settings": { "image": "mcr.microsoft.com/azureiotedge-simulated-temperature-sensor:1.5", "createOptions": "{}" } },
                "filtermodule": { "version": "1.0", "type": "docker", "status": "running", "restartPolicy": "always", "env": { "tempLimit": { "value": "100" } },
                  "settings": { "image": "myacr.azurecr.io/filtermodule:latest", "createOptions": "{}" } } } } },
            "$edgeHub": { "properties.desired": { "schemaVersion": "1.1",
              "routes": {
                "sensorToFilter": { "route": "FROM /messages/modules/SimulatedTemperatureSensor/outputs/temperatureOutput INTO BrokeredEndpoint(\"/modules/filtermodule/inputs/input1\")",
                  "priority": 0, "timeToLiveSecs": 1800 },
                "filterToIoTHub": { "route": "FROM /messages/modules/filtermodule/outputs/output1 INTO $upstream", "priority": 1, "timeToLiveSecs": 1800 },
                "plain": "FROM /messages/* INTO $upstream" },
              "storeAndForwardConfiguration": { "timeToLiveSecs": 100 } } },
            "filtermodule": { "properties.desired": { "temperatureThreshold": 25 } }
          }
        }
        """;

    [Fact]
    public void The_documented_example_is_read()
    {
        DeploymentManifest manifest = DeploymentManifest.Parse(JsonNode.Parse(Example));
        Assert.Equal(["SimulatedTemperatureSensor", "filtermodule"], manifest.Modules.Keys);
        Assert.Equal("""{"temperatureThreshold":25}""", manifest.Modules["filtermodule"].ToJsonString());
        Assert.Equal((0, TimeSpan.FromMinutes(30)), (manifest.Routes["sensorToFilter"].Priority, manifest.Routes["sensorToFilter"].TimeToLive!.Value));
        Assert.Equal((9, TimeSpan.FromSeconds(100)), (manifest.Routes["plain"].Priority, manifest.Routes["plain"].TimeToLive!.Value));
    }

    [Theory]
    [InlineData("priority", "10", "routes.filterToIoTHub.priority is 10")]
    [InlineData("timeToLiveSecs", "\"soon\"", "routes.filterToIoTHub.timeToLiveSecs is \"soon\"")]
    [InlineData("route", "7", "routes.filterToIoTHub has no 'route'")]
    public void What_is_wrong_is_named_with_its_place(string name, string value, string complaint)
    {
        JsonNode manifest = JsonNode.Parse(Example)!;
        manifest["modulesContent"]!["$edgeHub"]!["properties.desired"]!["routes"]!["filterToIoTHub"]![name] = JsonNode.Parse(value);
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => DeploymentManifest.Parse(manifest)).Message, StringComparison.Ordinal);
    }
}
